# Stands in for the official postgres image: the same entry, variables, folders and user, from Debian's package.
ARG BASE
FROM $BASE
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 && apt-get clean && rm -rf /var/lib/postgresql/15
ENV PATH=$PATH:/usr/lib/postgresql/15/bin PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
COPY postgres-entry.sh /usr/local/bin/entry
RUN install -d -o postgres -g postgres -m 700 $PGDATA && install -d /docker-entrypoint-initdb.d && chmod 755 /usr/local/bin/entry
VOLUME $PGDATA
USER postgres
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["entry"]
CMD ["postgres"]
