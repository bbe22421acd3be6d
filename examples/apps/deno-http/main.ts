const port = Number(Deno.env.get("PORT") ?? "3000");

Deno.serve({ hostname: "0.0.0.0", port }, () => new Response("Hello from deno-http\n"));
