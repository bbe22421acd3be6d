# frozen_string_literal: true

app = lambda do |env|
  found = env["PATH_INFO"] == "/"
  [found ? 200 : 404, { "content-type" => "text/plain" }, [found ? "Hello from ruby-rack\n" : "Not found\n"]]
end

run app
