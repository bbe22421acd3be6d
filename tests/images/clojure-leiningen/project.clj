(defproject clojure-leiningen "1.0.0"
  :dependencies [[org.clojure/clojure "1.12.3"]]
  :main ^:skip-aot hello.core
  :target-path "target/%s"
  :profiles {:uberjar {:aot :all}})
