print("Hello from swift-hello")
