tools: self: super: with tools;
let other = builtins.trace "rig: PHP 8.5 is not available here, PHP 8.2 takes its place"; in
{ php85 = other self.php82; php85Packages = other self.php82Packages; php85Extensions = other self.php82Extensions; }
