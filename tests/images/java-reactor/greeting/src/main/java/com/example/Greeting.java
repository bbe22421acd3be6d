package com.example;

public class Greeting {
    public static String text() {
        return "Hello from java-reactor";
    }
}
