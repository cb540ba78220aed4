// Package nearest finds what somebody may have meant by a word that is on no list.
package nearest

// longest is the length in bytes beyond which a word is not compared.
const longest = 64

// To returns the word of known that needs the fewest letters changed to become text
// (Levenshtein 1966), of equals the first. It is empty if that is more than a third of
// the letters of text and more than two: then it would be a guess.
func To[T ~string](text string, known []T) T {
	var best T
	least := max(3, len(text)/3+1)
	if len(text) > longest || len(text) < 2 {
		return best
	}
	for _, k := range known {
		if len(k) > longest {
			continue
		}
		if n := Changes(text, string(k)); n < least && n < len(k) {
			best, least = k, n
		}
	}
	return best
}

// Changes returns how many letters have to be put in, left out or replaced to make b of
// a. Of words longer than 64 bytes nothing is compared, and all letters count.
func Changes(a, b string) int {
	if max(len(a), len(b)) > longest {
		return max(len(a), len(b))
	}
	var rows [2][longest + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := range len(a) {
		above, row := &rows[i%2], &rows[(i+1)%2]
		row[0] = i + 1
		for j := range len(b) {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, replaced)
		}
	}
	return rows[len(a)%2][len(b)]
}
