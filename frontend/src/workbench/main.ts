import "../styles/shared.css";
import "../styles/workbench.css";
