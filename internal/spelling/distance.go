// Package spelling finds what somebody meant who mistyped a name.
package spelling

// longest is how many octets of a word are compared: more is nobody's slip of the pen,
// and the work grows with the product of both lengths.
const longest = 256

// Distance counts the octets to insert, delete or replace to make one word of
// another (Levenshtein). A word of more than 256 octets is as far as can be from any
// word but itself.
func Distance(a, b string) int {
	if max(len(a), len(b)) > longest {
		if a == b {
			return 0
		}
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
