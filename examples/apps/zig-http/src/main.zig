const std = @import("std");

pub fn main() !void {
    const port = try std.fmt.parseInt(u16, std.posix.getenv("PORT") orelse "3000", 10);
    const address = try std.net.Address.parseIp("0.0.0.0", port);
    var server = try address.listen(.{ .reuse_address = true });
    defer server.deinit();
    std.debug.print("listening on 0.0.0.0:{d}\n", .{port});
    while (true) {
        const connection = server.accept() catch continue;
        defer connection.stream.close();
        answer(connection.stream) catch |err| std.debug.print("{s}\n", .{@errorName(err)});
    }
}

/// Reads the first part of a request and answers it, whatever it asks for.
fn answer(stream: std.net.Stream) !void {
    var request: [4096]u8 = undefined;
    _ = try std.posix.read(stream.handle, &request);
    try send(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\nConnection: close\r\n\r\n");
    try send(stream, "Hello from zig-http\n");
}

fn send(stream: std.net.Stream, text: []const u8) !void {
    var rest = text;
    while (rest.len > 0) rest = rest[try std.posix.write(stream.handle, rest)..];
}
