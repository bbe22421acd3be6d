#!/usr/bin/env bash
# SvelteKit's adapter-auto 7.0.1 is said to use the right adapter of those that there are. With adapter-node 5 installed beside it `vite build` ends
# well, says "Could not detect a supported production environment", and makes no server: what is installed does not count, only variables of the platforms that it
# knows. One of them is no more than a container: with GCP_BUILDPACKS=1 the same command makes `build/index.js`, which runs anywhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p src/routes
cat > package.json <<'JSON'
{
  "type": "module",
  "devDependencies": {
    "@sveltejs/adapter-auto": "7.0.1", "@sveltejs/adapter-node": "5.5.4", "@sveltejs/kit": "2.63.0",
    "@sveltejs/vite-plugin-svelte": "7.1.2", "svelte": "5.56.1", "vite": "8.0.16"
  }
}
JSON
echo "export default { kit: { adapter: (await import('@sveltejs/adapter-auto')).default() } }" > svelte.config.js
echo "import { sveltekit } from '@sveltejs/kit/vite'; export default { plugins: [sveltekit()] }" > vite.config.js
echo '<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>' > src/app.html
echo '<p>Hello</p>' > src/routes/+page.svelte
npm install --no-audit --no-fund --silent

npx vite build 2>&1 | grep -o "Could not detect a supported production environment"
if [ -e build/index.js ]; then echo "CHANGED: the adapter that is installed is used"; exit 1; fi
echo "no server, and the exit code of success"
GCP_BUILDPACKS=1 npx vite build > /dev/null 2>&1
[ -e build/index.js ] && echo "with GCP_BUILDPACKS=1: build/index.js"
