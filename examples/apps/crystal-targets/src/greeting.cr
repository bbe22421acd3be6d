def greeting
  "Hello from crystal-targets"
end
