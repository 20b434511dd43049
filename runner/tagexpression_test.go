package runner

import (
	"slices"
	"strings"
	"testing"
)

func TestATagExpressionHoldsOrSaysWhereItCannotBeRead(t *testing.T) {
	for _, test := range []struct {
		expression string
		tags       string // of a scenario
		holds      bool
		speaksOf   string
	}{
		{"", "@a", true, ""},
		{"  ", "", true, ""},
		{"@a", "@a @b", true, "@a"},
		{"@a and @b", "@a", false, "@a @b"},
		{"@a or @b and @c", "@a", true, "@a @b @c"},
		{"(@a or @b) and @c", "@a", false, "@a @b @c"},
		{"not @a or @b", "@a @b", true, "@a @b"},
		{"not (@a or @b)", "@b", false, "@a @b"},
		{"not not @a", "@a", true, "@a"},
		{"(((@at:api)))and(not(@aggressive))", "@at:api", true, "@at:api @aggressive"},
		{`@jira\(SHOP-1\) or @a\\b`, "@jira(SHOP-1)", true, `@jira(SHOP-1) @a\b`},
	} {
		e, err := parseTagExpression(test.expression)
		if err != nil {
			t.Errorf("%q: %v", test.expression, err)
			continue
		}
		got := e.holds(strings.Fields(test.tags))
		if got != test.holds || !slices.Equal(e.Tags, strings.Fields(test.speaksOf)) {
			t.Errorf("%q of %q: %v, tags %q", test.expression, test.tags, got, e.Tags)
		}
	}
	for expression, want := range map[string]string{
		"@a and":         "a tag is missing at the end",
		"not":            "a tag is missing at the end",
		"(":              "a tag is missing at the end",
		"@a or (@b and":  "a tag is missing at the end",
		"and @a":         `word 1, "and", stands where a tag is missing`,
		"@a or or @b":    `word 3, "or", stands where a tag is missing`,
		"()":             `word 2, ")", stands where a tag is missing`,
		"@a @b":          `word 2, "@b", follows a complete expression; join tags with and, or`,
		"@a (@b)":        `word 2, "(", follows a complete expression`,
		"@a not @b":      `word 2, "not", follows a complete expression`,
		"@a or b":        `word 3, "b", is not a tag; tags begin with @`,
		"@a AND @b":      `word 2, "AND", follows a complete expression`,
		"(@a or @b":      "Unmatched (",
		"@a)":            "Unmatched )",
		`@a\b`:           "Illegal escape",
		"@a and (@b or)": `word 6, ")", stands where a tag is missing`,
	} {
		if _, err := parseTagExpression(expression); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", expression, err, want)
		}
	}
}

// Whatever a person types, the library must not panic.
func FuzzTagExpression(f *testing.F) {
	for _, seed := range []string{"@a and not (@b or @c)", "not", "@a \\", `@a\ b`, "( @a and"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := parseTagExpression(text); err == nil {
			e.holds([]string{"@a"})
		}
	})
}
