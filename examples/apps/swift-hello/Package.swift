// swift-tools-version:5.8
import PackageDescription

let package = Package(
    name: "Greeting",
    targets: [
        .executableTarget(name: "Greet")
    ]
)
