import { serveDir } from "https://deno.land/std@0.224.0/http/file_server.ts";

const port = Number(Deno.env.get("PORT") ?? "8080");

Deno.serve({ hostname: "0.0.0.0", port }, (request) => serveDir(request, { fsRoot: "pages", quiet: true }));
