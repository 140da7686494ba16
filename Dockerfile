# Two images of the cluster: docker build --target silo . and docker build --target gateway .
FROM ubuntu:24.04 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates dotnet-sdk-10.0 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish Silo/Silo.csproj -c Release -p:Engine=Orleans -p:UseAppHost=false -o /out/silo \
 && dotnet publish Api/Api.csproj -c Release -p:Engine=Orleans -p:UseAppHost=false -o /out/gateway

FROM ubuntu:24.04 AS runtime
ENV DOTNET_NOLOGO=1 DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates aspnetcore-runtime-10.0 libgmp10 libsqlite3-0 librdkafka1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /data turnstile
COPY deploy/healthcheck.sh /usr/local/bin/healthcheck
USER 10001
WORKDIR /data

FROM runtime AS silo
COPY --from=build /out/silo /app
ENV ASPNETCORE_URLS=http://+:8081 HEALTH_PORT=8081
EXPOSE 8081 11111 30000
# An hour to start: after a crash the widgets' log is read first.
HEALTHCHECK --interval=5s --timeout=5s --start-period=3600s --retries=3 CMD ["healthcheck", "/health/live"]
ENTRYPOINT ["dotnet", "/app/Turnstile.Silo.dll"]

FROM runtime AS gateway
COPY --from=build /out/gateway /app
ENV ASPNETCORE_URLS=http://+:8080 HEALTH_PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["healthcheck", "/health/live"]
ENTRYPOINT ["dotnet", "/app/Turnstile.Api.dll"]
