import { Hono } from "hono";

const app = new Hono();

app.get("/", (context) => context.text(`Hello from bun-http, Bun ${Bun.version}\n`));

export default { port: Number(process.env.PORT ?? 3000), hostname: "0.0.0.0", fetch: app.fetch };
