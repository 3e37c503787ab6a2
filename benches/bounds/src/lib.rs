//! Tests alone, of how much memory the layer can be made to hold, and how often it asks for some; and a bench that
//! counts instructions.
