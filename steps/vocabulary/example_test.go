package vocabulary_test

import (
	"fmt"
	"log"
	"reflect"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// basket is what a room of steps remembers of a case.
type basket struct{ items int }

// scene is a case with that one room.
type scene struct{ basket basket }

// Room implements vocabulary.Scene.
func (s *scene) Room(reflect.Type) any { return &s.basket }

// A word is named once, and a step takes each of its forms. The handler gets what the
// pattern captures.
func Example() {
	sizes := vocabulary.Meanings[int]{"a dozen": 12, "a pair": 2}
	v := &vocabulary.Vocabulary{}
	v.Word("lot", "How many at once.", sizes.Forms()...)
	vocabulary.For[basket](v).When(`^{lot} of "[^"]+" are ordered$`, func(b *basket, lot string) error {
		n, err := sizes.Of(lot)
		b.items += n
		return err
	}, "Orders a lot.", `When a dozen of "nails" are ordered`)

	const step = `a pair of "shoes" are ordered`
	bound, err := v.Match(step)[0].Bind(step, vocabulary.Below{})
	if err != nil {
		log.Fatal(err)
	}
	var s scene
	if err := bound(&s); err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.basket.items, "items")
	fmt.Println(v.Nearest(`a dozen of "nails" is orderd`))
	// Output:
	// 2 items
	// [When a dozen of "nails" are ordered]
}
