import express from "express";

const app = express();

app.get("/", (_request, response) => {
  response.type("text/plain").send("Hello from node-npm\n");
});

const port = process.env.PORT ?? 3000;
app.listen(port, "0.0.0.0", () => console.log(`Listening on port ${port}`));
