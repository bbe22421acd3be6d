// swift-tools-version:6.0
import PackageDescription

let package = Package(
    name: "Greeting",
    products: [
        .executable(name: "greet", targets: ["Greet"])
    ],
    targets: [
        .target(name: "Words"),
        .executableTarget(name: "Greet", dependencies: ["Words"]),
    ]
)
