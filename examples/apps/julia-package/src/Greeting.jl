module Greeting

function (@main)(arguments)
    println("Hello from julia-package")
end

end
