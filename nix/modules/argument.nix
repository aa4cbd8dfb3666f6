# A text as one argument of ExecStart=, whatever is in it: systemd splits at blanks, and reads `%` and `$`
# (systemd.service(5), systemd.unit(5)).
text: builtins.replaceStrings [ "%" "$" ] [ "%%" "$$" ] (builtins.toJSON text)
