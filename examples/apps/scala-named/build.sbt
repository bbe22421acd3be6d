name := "scala-named"
scalaVersion := "3.3.6"
executableScriptName := "greet"

enablePlugins(JavaAppPackaging)
