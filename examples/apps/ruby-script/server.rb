# frozen_string_literal: true

require "webrick"

server = WEBrick::HTTPServer.new(BindAddress: "0.0.0.0", Port: Integer(ENV.fetch("PORT", "8080")))
server.mount_proc("/") { |_, response| response.body = "Hello from ruby-script\n" }
trap("TERM") { server.shutdown }
server.start
