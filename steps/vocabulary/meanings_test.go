package vocabulary

import (
	"slices"
	"testing"
)

func TestAFormMeansWhatTheTableSaysAndNothingElse(t *testing.T) {
	m := Meanings[int]{"twice": 2, "three times": 3, "not at all": 0}
	if forms := m.Forms(); !slices.Equal(forms, []string{"not at all", "three times", "twice"}) {
		t.Errorf("the forms are %q", forms)
	}
	if n, err := m.Of("not at all"); n != 0 || err != nil {
		t.Errorf("not at all means %d, %v", n, err)
	}
	if n, err := m.Of("four times"); n != 0 || err == nil {
		t.Errorf("an unknown form means %d", n)
	}
}
