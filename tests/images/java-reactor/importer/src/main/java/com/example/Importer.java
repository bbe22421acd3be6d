package com.example;

public class Importer {
    public static void main(String[] arguments) {
        System.out.println(Greeting.text() + ", once");
    }
}
