package forge

// noTargets are no absolute http or https URIs (requirement 4.3-61).
func noTargets() []Defect {
	rows := []Defect{
		wrongTarget("relative", "the path alone", "with a path", func(t target) string { return t.path }),
		wrongTarget("relative without slash", "the last segment alone", "with a last segment",
			func(t target) string { return t.last() }),
		wrongTarget("without scheme", "authority and path alone", "",
			func(t target) string { return t.authority + t.path }),
		wrongTarget("scheme-relative", "two slashes, authority and path", "",
			func(t target) string { return "//" + t.authority + t.path }),
		wrongTarget("with one slash behind its scheme", "no authority", "",
			func(t target) string { return t.scheme + ":/" + t.authority + t.path }),
		wrongTarget("without host", "three slashes", "", func(t target) string { return t.scheme + "://" + t.path }),
		wrongTarget("a port without host", "a colon behind the slashes", "",
			func(t target) string { return t.scheme + "://:443" + t.path }),
		wrongTarget("of scheme ws", "neither http nor https", "",
			func(t target) string { return "ws://" + t.authority + t.path }),
		wrongTarget("of scheme ftp", "neither http nor https", "",
			func(t target) string { return "ftp://" + t.authority + t.path }),
		wrongTarget("with backslashes", "browsers take them for slashes, RFC 3986 does not", "",
			func(t target) string { return t.scheme + `:\\` + t.authority + t.path }),
		wrongTarget("with a broken escape", "%zz is none", "", func(t target) string { return t.uri() + "%zz" }),
		wrongTarget("with an escape cut short", "a percent sign at the end", "",
			func(t target) string { return t.uri() + "%2" }),
	}
	for _, text := range []string{
		"urn:x", "mailto:someone@server.example", ":::", "data:,x", "javascript:alert(1)",
		"http://", "https://", "/", "*",
	} {
		rows = append(rows,
			wrongTarget(text, "no absolute http or https URI of the target", "", func(target) string { return text }))
	}
	for _, attack := range injections {
		rows = append(rows, bad("htu", attack.name, unharmed, setClaim("htu", attack.text), "htu"))
	}
	for _, character := range []struct{ name, text string }{
		{"a control character", "\x01"}, {"a NUL", "\x00"}, {"a line break", "\r\n"}, {"a tab", "\t"},
		{"a space", " "}, {"a character beyond ASCII", "é"},
	} {
		rows = append(rows,
			wrongTarget("followed by "+character.name, "it has no place in a URI (RFC 3986 §2)", "",
				func(t target) string { return t.uri() + character.text }),
			wrongTarget("preceded by "+character.name, "it has no place in a URI (RFC 3986 §2)", "",
				func(t target) string { return character.text + t.uri() }),
		)
	}
	return rows
}
