import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();

app.get("/", (context) => context.text("Hello from node-yarn\n"));

const port = Number(process.env.PORT ?? 3000);
serve({ fetch: app.fetch, hostname: "0.0.0.0", port });
