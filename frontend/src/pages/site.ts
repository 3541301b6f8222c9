import "../styles/shared.css";
import "../styles/dyes.css";
import "../styles/tables.css";
import "../styles/pages.css";
import "../styles/papers.css";
