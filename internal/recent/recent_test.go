package recent

import (
	"fmt"
	"testing"
	"time"
)

func TestAnIdentifierIsKnownForItsTimeHoweverManyCome(t *testing.T) {
	const window = time.Minute
	m := NewIDs(window, 10)
	now := time.Unix(0, 0)
	for i := range 5000 {
		if m.Use(fmt.Sprint(i), now) {
			t.Fatalf("%d was known before it came", i)
		}
		if before := i - 59; before >= 0 && !m.Use(fmt.Sprint(before), now) { // used 59 s ago
			t.Fatalf("%d came twice within a minute, and nobody noticed", before)
		}
		now = now.Add(time.Second)
	}
}

func TestIdentifiersAreKnownLongerWhileThereIsRoom(t *testing.T) {
	m := NewIDs(time.Minute, 10)
	now := time.Unix(0, 0)
	m.Use("constant", now)
	for i := range 9 {
		now = now.Add(time.Hour)
		m.Use(fmt.Sprint(i), now)
	}
	if !m.Use("constant", now.Add(time.Hour)) {
		t.Error("what came ten identifiers ago is forgotten")
	}
}

func TestIdentifiersTakeNoMoreRoomThanTheirTimeNeeds(t *testing.T) {
	m := NewIDs(time.Minute, 10)
	now := time.Unix(0, 0)
	most := 0
	for i := range 100_000 {
		now = now.Add(100 * time.Millisecond) // 600 in a minute
		m.Use(fmt.Sprint(i), now)
		most = max(most, m.Len())
	}
	if most > 3*600 {
		t.Errorf("%d were kept, of 600 a minute", most)
	}
}

func TestAMapKeepsWhatIsUsedAndForgetsTheRest(t *testing.T) {
	var dropped []int
	m := Map[int, string]{Room: 100, Drop: func(k int, _ string) { dropped = append(dropped, k) }}
	m.Put(-1, "used")
	for i := range 10_000 {
		m.Put(i, "value")
		if _, found := m.Get(-1); !found {
			t.Fatalf("a value that is used is forgotten after %d more", i)
		}
	}
	for i := 9_901; i < 10_000; i++ { // with the one that is used they are the hundred newest
		if v, found := m.Get(i); !found || v != "value" {
			t.Errorf("%d is forgotten", i)
		}
	}
	if m.Len() > 200 {
		t.Errorf("%d values are kept", m.Len())
	}
	if len(dropped)+m.Len() != 10_001 {
		t.Errorf("%d values were dropped and %d are kept, of 10001", len(dropped), m.Len())
	}
	m.Delete(9_999)
	if _, found := m.Get(9_999); found {
		t.Error("what was deleted is there")
	}
	for k := range m.All() {
		m.Delete(k)
	}
	if m.Len() != 0 {
		t.Errorf("%d are left", m.Len())
	}
}
