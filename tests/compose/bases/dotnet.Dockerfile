# Stands in for the .NET images: this machine's .NET, the same user and variables. The SDK also trusts whom this machine trusts.
ARG BASE
FROM $BASE
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ca-certificates libgcc-s1 libssl3 libstdc++6 tzdata zlib1g && apt-get clean
COPY dotnet /usr/share/dotnet
COPY trusted /etc/ssl/certs
ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet && useradd --uid $APP_UID --create-home app
