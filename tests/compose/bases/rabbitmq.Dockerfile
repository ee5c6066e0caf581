# Stands in for the official rabbitmq image: the same variables (the broker reads them itself), folders and user, from Debian's package.
ARG BASE
FROM $BASE
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rabbitmq-server && apt-get clean \
    && rm -rf /var/lib/rabbitmq && install -d -o rabbitmq -g rabbitmq -m 700 /var/lib/rabbitmq
ENV PATH=/usr/lib/rabbitmq/bin:$PATH HOME=/var/lib/rabbitmq RABBITMQ_LOGS=- LANG=C.UTF-8
VOLUME /var/lib/rabbitmq
USER rabbitmq
WORKDIR /var/lib/rabbitmq
EXPOSE 5672
CMD ["rabbitmq-server"]
