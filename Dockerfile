# One file for every service and the command: docker build --build-arg SERVICE=scheduler . (chainwatcher, scheduler, nodeagent, metrics, cli)
FROM mcr.microsoft.com/dotnet/sdk:10.0.401 AS build
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
COPY . .
# Analyzers have had their say in .ci/run. The command refers to all services: what it restores and builds, they need.
RUN --mount=type=cache,target=/root/.nuget/packages set -eu; \
    dotnet restore cli -v q --nologo -tl:off; \
    for project in cli services/*; do \
        name=$(basename "$project"); \
        folder=/out/$(echo "$name" | tr '[:upper:]' '[:lower:]'); \
        dotnet publish "$project" --no-restore -c Release -o "$folder" -p:RunAnalyzers=false -v q --nologo -tl:off; \
        program=Skale.$name; \
        if [ "$name" = cli ]; then program=skale; fi; \
        ln -s "$program" "$folder/start"; \
    done

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12
ARG SERVICE
ENV ASPNETCORE_URLS=http://*:8080 ASPNETCORE_HTTP_PORTS= DOTNET_NOLOGO=1 DOTNET_EnableDiagnostics=0
WORKDIR /app
COPY --from=build /out/${SERVICE} .
# Named volumes mounted here take over the owner.
RUN install -d -o "$APP_UID" -g "$APP_UID" /data
USER $APP_UID
# The image has no curl: bash speaks enough HTTP to read a status, on the port the service listens on.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${ASPNETCORE_URLS##*:} && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]
ENTRYPOINT ["/app/start"]
