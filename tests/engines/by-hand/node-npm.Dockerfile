# What somebody would write by hand, given an image with Node.js to build in and one to run in.
ARG BUILD
ARG RUN
FROM $BUILD AS build
WORKDIR /work
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
FROM $RUN
COPY --from=build --chown=10001:10001 /work/node_modules /app/node_modules
COPY --from=build --chown=10001:10001 /work/server.js /work/package.json /app/
