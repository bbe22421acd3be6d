tools: self: super: with tools; {
  socat = debPackage self "socat" "$out/bin/socat -V";
}
