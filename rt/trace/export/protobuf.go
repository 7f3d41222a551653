package export

import "encoding/binary"

// A message is a protocol buffer that is being written, field after field:
// https://protobuf.dev/programming-guides/encoding/.
type message struct{ b []byte }

// The wire types of fields.
const (
	wireVarint = 0
	wireBytes  = 2
)

func (m *message) tag(field, wire int) { m.b = binary.AppendUvarint(m.b, uint64(field<<3|wire)) }

// number adds an integer. Zero is what a field has that is not there.
func (m *message) number(field int, n int64) *message {
	if n != 0 {
		m.tag(field, wireVarint)
		m.b = binary.AppendUvarint(m.b, uint64(n))
	}
	return m
}

// text adds an element of a list of strings.
func (m *message) text(field int, s string) {
	m.tag(field, wireBytes)
	m.b = binary.AppendUvarint(m.b, uint64(len(s)))
	m.b = append(m.b, s...)
}

// message adds a message within this one.
func (m *message) message(field int, sub *message) *message {
	m.text(field, string(sub.b))
	return m
}

// packed adds a list of integers.
func (m *message) packed(field int, list []uint64) *message {
	var sub message
	for _, n := range list {
		sub.b = binary.AppendUvarint(sub.b, n)
	}
	return m.message(field, &sub)
}
