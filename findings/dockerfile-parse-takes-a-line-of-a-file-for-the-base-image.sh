#!/usr/bin/env bash
# dockerfile-parse 2.0.1 (PyPI) does not know here-documents, which BuildKit has had since 2021. A line of a file that begins with FROM is a stage for it: what
# it calls the base image of this Dockerfile is a column of an SQL query. It raises nothing. The variables that the
# image has are gone as well, since they are those of the last stage.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > Dockerfile <<'DOCKERFILE'
FROM postgres:17
ENV PGPORT=6543
COPY <<QUERY /docker-entrypoint-initdb.d/views.sql
CREATE VIEW recent AS SELECT id, title
FROM orders
WHERE placed > now() - interval '1 day';
QUERY
DOCKERFILE
python3 -m venv env && env/bin/pip install --quiet dockerfile-parse==2.0.1
said=$(env/bin/python -c '
from dockerfile_parse import DockerfileParser
file = DockerfileParser(".")
print(file.baseimage, file.parent_images, file.envs)')

echo "$said"
[ "$said" = "orders ['postgres:17', 'orders'] {}" ] || { echo "CHANGED"; exit 1; }
