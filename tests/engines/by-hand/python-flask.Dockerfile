# What somebody would write by hand, given an image with Python to build in and one to run in.
ARG BUILD
ARG RUN
FROM $BUILD AS build
WORKDIR /work
COPY requirements.txt ./
RUN python -m venv /opt/by-hand && /opt/by-hand/bin/pip install -r requirements.txt
COPY . .
FROM $RUN
COPY --from=build /opt/by-hand /opt/by-hand
COPY --from=build --chown=10001:10001 /work/app.py /app/
