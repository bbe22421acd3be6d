(defproject clojure-ring "1.0.0"
  :dependencies [[org.clojure/clojure "1.12.3"]
                 [ring/ring-core "1.14.2"]
                 [ring/ring-jetty-adapter "1.14.2"]]
  :main ^:skip-aot greeting.server
  :uberjar-name "greeting.jar"
  :profiles {:uberjar {:aot [greeting.server]}})
