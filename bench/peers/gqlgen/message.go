package main

// Message keeps its sender by id; the sender field has a resolver of its own.
type Message struct {
	ID        string
	ChannelID string
	Text      string
	CreatedAt string
	SenderID  string
}
