package com.example;

import io.javalin.Javalin;

public class Hello {
    public static void main(String[] arguments) {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "7070"));
        Javalin.create(config -> config.routes.get("/", context -> context.result("Hello from java-javalin"))).start(port);
    }
}
