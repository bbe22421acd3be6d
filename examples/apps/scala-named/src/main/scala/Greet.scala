@main def greet(): Unit = println("Hello from scala-named")
