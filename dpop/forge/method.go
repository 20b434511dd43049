package forge

import "strings"

// methodDefects are about htm (RFC 9449 §4.3, check 8).
func methodDefects() []Defect {
	rows := memberDefects("htm")
	add := func(value, says string, edit func(f *Forgery) any) {
		rows = append(rows, bad("htm", value, says, func(f *Forgery) error {
			htm := edit(f)
			if htm == f.Method {
				return lacking("the method " + f.Method + " is spelled so already")
			}
			f.Draft.Claims.Set("htm", htm)
			return nil
		}, "htm"))
	}
	add("another method", "the proof was made for another method", func(f *Forgery) any { return f.otherMethod() })
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"} {
		add(method, "the proof was made for "+method, func(*Forgery) any { return method })
	}
	add("in lower case", "methods are case-sensitive (RFC 9110 §9.1)",
		func(f *Forgery) any { return strings.ToLower(f.Method) })
	add("in upper case", "methods are case-sensitive (RFC 9110 §9.1)",
		func(f *Forgery) any { return strings.ToUpper(f.Method) })
	add("in mixed case", "methods are case-sensitive (RFC 9110 §9.1)", func(f *Forgery) any {
		return strings.ToUpper(f.Method[:1]) + strings.ToLower(f.Method[1:])
	})
	add("followed by a space", "a method is one token", func(f *Forgery) any { return f.Method + " " })
	add("preceded by a space", "a method is one token", func(f *Forgery) any { return " " + f.Method })
	add("a comma list of methods", "a proof is for one method",
		func(f *Forgery) any { return f.Method + "," + f.otherMethod() })
	add("an array of methods", "a proof is for one method",
		func(f *Forgery) any { return []string{f.otherMethod(), f.Method} })
	add("cut short", "the method without its last letter", func(f *Forgery) any { return f.Method[:len(f.Method)-1] })
	add("a star", "no method matches them all", func(*Forgery) any { return "*" })
	return rows
}
