#include "respond.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void respond(int connection) {
    char request[4096], response[256];
    if (read(connection, request, sizeof request) > 0) {
        const char *body = "Hello from cpp-make\n";
        int length = snprintf(response, sizeof response,
                              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                              "Connection: close\r\n\r\n%s",
                              strlen(body), body);
        if (write(connection, response, (size_t)length) < 0) {
            perror("write");
        }
    }
    close(connection);
}
