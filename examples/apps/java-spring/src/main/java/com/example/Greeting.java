package com.example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with a greeting. */
@SpringBootApplication
@RestController
public class Greeting {
    public static void main(String[] arguments) {
        SpringApplication.run(Greeting.class, arguments);
    }

    @GetMapping("/")
    public String greet() {
        return "Hello from java-spring\n";
    }
}
