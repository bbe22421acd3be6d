public let greeting = "Hello from swift-products"
