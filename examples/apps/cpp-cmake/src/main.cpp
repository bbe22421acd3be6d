#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

void answer(int connection) {
    char request[4096];
    if (read(connection, request, sizeof request) > 0) {
        const std::string body = "Hello from cpp-cmake\n";
        const std::string response = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
                                     std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
        if (write(connection, response.data(), response.size()) < 0) {
            perror("write");
        }
    }
    close(connection);
}

}  // namespace

int main() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTERM, [](int) { std::_Exit(0); });
    const char* port = std::getenv("PORT");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(port ? port : "3000")));
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 || listen(listener, 16) < 0) {
        perror("listen");
        return 1;
    }
    std::cout << "listening on " << ntohs(address.sin_port) << std::endl;
    for (;;) {
        const int connection = accept(listener, nullptr, nullptr);
        if (connection >= 0) {
            std::thread(answer, connection).detach();
        }
    }
}
