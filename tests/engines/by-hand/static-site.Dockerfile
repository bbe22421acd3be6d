# What somebody would write by hand, given an image with a web server.
ARG BUILD
ARG RUN
FROM $BUILD AS build
COPY . /work
FROM $RUN
COPY --from=build --chown=10001:10001 /work /app
