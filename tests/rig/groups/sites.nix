# Generators of static sites.
tools: self: super: with tools; {
  hugo = debPackage self.forky "hugo" "$out/bin/hugo version";
  mdbook = debPackage self.forky "mdbook" "$out/bin/mdbook --version";
}
